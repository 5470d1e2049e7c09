//! Loops in plain Rust that are compiled twice.

/// Makes a function that runs its loop as it is compiled for the best instructions that the machine has: for AVX2
/// where there is such a machine, and for what all have. Both give the same bytes.
///
/// What the body calls must be inlined, or it is compiled for the least machine: so functions are `inline(always)`, and
/// no closures are handed to `map` or `from_fn` of arrays.
macro_rules! vectorised {
    (
        $(#[$attribute:meta])*
        fn $name:ident $(<const $number:ident: $kind:ty>)? ($($argument:ident: $type:ty),* $(,)?) $body:block
    ) => {
        $(#[$attribute])*
        fn $name $(<const $number: $kind>)? ($($argument: $type),*) {
            #[inline(always)]
            fn plain $(<const $number: $kind>)? ($($argument: $type),*) $body

            #[cfg(target_arch = "x86_64")]
            {
                #[target_feature(enable = "avx2")]
                fn with_avx2 $(<const $number: $kind>)? ($($argument: $type),*) {
                    plain $(::<$number>)? ($($argument),*);
                }
                if is_x86_feature_detected!("avx2") {
                    // SAFETY: the machine has AVX2.
                    return unsafe { with_avx2 $(::<$number>)? ($($argument),*) };
                }
            }
            plain $(::<$number>)? ($($argument),*);
        }
    };
}

pub(crate) use vectorised;

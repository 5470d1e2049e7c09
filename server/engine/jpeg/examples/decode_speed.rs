//! Prints what decoding takes: `decode_speed [REPETITIONS] FILE…`.
//!
//! For each file the median of milliseconds at 1/8, 1/4, 1/2 and full size, and the mean of all files at the end.
//! With the variable LIGHT set, luma gets the light of what a scale leaves out, as renditions have it. One thread; memory
//! is reused, as in a server. On a machine that does other work too, run it under a counter of instructions.

#![allow(clippy::print_stdout)] // what it is for

use darkroom_jpeg::{Decoded, Decoder, Header, Scale};
use darkroom_planes::Light;
use std::time::Instant;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1).peekable();
    let given = arguments.peek().and_then(|argument| argument.parse().ok());
    let repetitions: usize = given.inspect(|_| drop(arguments.next())).unwrap_or(9).max(1);
    let light = if std::env::var_os("LIGHT").is_some() { Light::Linear } else { Light::AsCoded };
    let (mut decoder, mut decoded) = (Decoder::new(light), Decoded::default());
    let (mut sums, mut files) = ([0.0; 4], 0);
    println!("    1/8     1/4     1/2     1/1  ms");
    for path in arguments {
        let bytes = std::fs::read(&path)?;
        let header = match Header::read(&bytes) {
            Ok(header) => header,
            Err(error) => {
                println!("{path}: {error}");
                continue;
            }
        };
        files += 1;
        for (sum, scale) in sums.iter_mut().zip(Scale::ALL) {
            let mut times = Vec::with_capacity(repetitions);
            for _ in 0..repetitions {
                let start = Instant::now();
                decoder.decode_into(&bytes, &header, scale, &mut decoded)?;
                times.push(start.elapsed().as_secs_f64() * 1000.0);
            }
            times.sort_by(f64::total_cmp);
            let median = times[repetitions / 2];
            *sum += median;
            print!("{median:7.2} ");
        }
        println!(" {path}");
    }
    let mean = sums.map(|sum| sum / f64::from(files.max(1)));
    println!("{:7.2} {:7.2} {:7.2} {:7.2}  mean of {files}", mean[0], mean[1], mean[2], mean[3]);
    Ok(())
}

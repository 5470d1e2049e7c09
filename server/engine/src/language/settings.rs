//! Values that hold settings of their own, such as `bl-15_st-40_x-N5` of `e-shadow`.

/// Cuts `text` into settings, each `key-value`, joined by `_`. A piece that begins with none of `keys`
/// belongs to the value before it, since values may hold `_` themselves (`top_right`). `None` when a setting
/// has no key, or is given twice.
pub(super) fn settings<'t>(text: &'t str, keys: &[&str]) -> Option<Vec<(&'t str, &'t str)>> {
    let mut found: Vec<(&str, &str)> = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (key, value) = rest.split_once('-').filter(|(key, _)| keys.contains(key))?;
        if found.iter().any(|(seen, _)| *seen == key) {
            return None;
        }
        let begins = |piece: &str| piece.split_once('-').is_some_and(|(key, _)| keys.contains(&key));
        let end = value.match_indices('_').map(|(at, _)| at).find(|at| begins(&value[at + 1..]));
        found.push((key, &value[..end.unwrap_or(value.len())]));
        rest = end.map_or("", |end| &value[end + 1..]);
    }
    Some(found)
}

/// Whether an effect is asked for without more words: its key alone, or what programs write in place of that.
pub(super) fn is_bare(text: &str) -> bool {
    matches!(text, "" | "-" | "true")
}

/// An effect that is on or off: its key alone, or `true`; `false` switches it off.
pub(super) fn switch(text: &str) -> Option<bool> {
    match text {
        "false" | "0" => Some(false),
        "1" => Some(true),
        text => is_bare(text).then_some(true),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let found = settings(text, &["bl", "ld", "x"]);
        let show = |found: Vec<(&str, &str)>| {
            let pairs: Vec<String> = found.iter().map(|(key, value)| format!("{key}={value}")).collect();
            pairs.join(" ")
        };
        assert_eq!(found.map_or("none".to_owned(), show), expected, "for {text:?}");
    }

    #[test]
    fn settings_are_cut_where_a_key_begins() {
        check("", "");
        check("bl-5", "bl=5");
        check("x-N5_bl-1", "x=N5 bl=1");
        check("ld-top_right_bl-5", "ld=top_right bl=5");
        check("bl-ih_div_2_x-3", "bl=ih_div_2 x=3");
        check("bl-", "bl=");
        for text in ["5", "y-5", "bl-1_bl-2", "_bl-1", "-"] {
            check(text, "none");
        }
    }
}

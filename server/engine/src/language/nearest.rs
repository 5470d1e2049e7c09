//! The known key that a writer probably meant.

/// The candidate with the smallest edit distance to `word`, if it is near enough to be worth a word: a name
/// may differ in half of the longer one's letters, a short key in one.
///
/// A candidate is a name to compare with, and the key to propose.
pub(super) fn nearest<'n>(word: &str, candidates: impl Iterator<Item = (&'n str, &'n str)>) -> Option<&'n str> {
    // Nothing that long is a mistyped key, and the distance costs the product of both lengths.
    const LONGEST: usize = 32;
    if word.len() > LONGEST {
        return None;
    }
    let word = word.to_ascii_lowercase();
    candidates
        .map(|(name, key)| (distance(&word, &name.to_ascii_lowercase()), name, key))
        .filter(|(distance, name, _)| *distance <= (word.len().min(name.len()) / 2).max(1))
        .min_by_key(|(distance, name, _)| (*distance, name.len().abs_diff(word.len())))
        .map(|(_, _, key)| key)
}

/// Insertions, deletions and replacements of bytes that turn `left` into `right`.
fn distance(left: &str, right: &str) -> usize {
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (line, left_byte) in left.bytes().enumerate() {
        let mut diagonal = line;
        row[0] = line + 1;
        for (column, right_byte) in right.bytes().enumerate() {
            let replaced = diagonal + usize::from(left_byte != right_byte);
            diagonal = row[column + 1];
            row[column + 1] = replaced.min(row[column] + 1).min(diagonal + 1);
        }
    }
    row[right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(word: &str, expected: Option<&str>) {
        let known = [("w", "w"), ("width", "w"), ("fo", "fo"), ("rt", "rt"), ("rotation", "rt"), ("bl", "bl")];
        assert_eq!(nearest(word, known.into_iter()), expected, "for {word:?}");
    }

    #[test]
    fn what_was_meant() {
        check("width", Some("w"));
        check("Widht", Some("w"));
        check("foo", Some("fo"));
        check("ww", Some("w"));
        check("rotate", Some("rt"));
        check("quux", None);
        check(&"w".repeat(33), None);
    }

    #[test]
    fn distances() {
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("same", "same"), 0);
    }
}

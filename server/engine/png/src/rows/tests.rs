use super::*;
use crate::{Samples, fixtures::Fixture};
use proptest::prelude::*;
use std::io::Cursor;

/// All rows, by this decoder.
fn ours(file: &[u8]) -> Result<Vec<u8>, DecodeError> {
    let mut rows = Rows::of(file)?;
    let mut all = Vec::new();
    while let Some(row) = rows.next_row()? {
        all.extend_from_slice(row);
    }
    Ok(all)
}

/// All rows, by another one.
fn theirs(file: &[u8]) -> Result<Vec<u8>, png::DecodingError> {
    let mut reader = png::Decoder::new(Cursor::new(file)).read_info()?;
    let mut all = Vec::new();
    while let Some(row) = reader.next_row()? {
        all.extend_from_slice(row.data());
    }
    Ok(all)
}

const SAMPLES: [Samples; 4] = [Samples::Grey, Samples::GreyAlpha, Samples::Rgb, Samples::Rgba];

/// Any pictures: rows of any bytes, most of them behind Paeth's filter.
fn fixtures() -> impl Strategy<Value = Fixture> {
    let filters = prop_oneof![4 => Just(4u8), 3 => 0..4u8];
    let rows = (1u32..30, prop::collection::vec(filters, 1..14), prop::sample::select(SAMPLES.to_vec()));
    rows.prop_flat_map(|(width, filters, samples)| {
        let row = width as usize * samples.count();
        let bytes = prop::collection::vec(any::<u8>(), row * filters.len());
        (bytes, 1usize..4).prop_map(move |(bytes, pieces)| {
            let rows = filters.iter().zip(bytes.chunks(row));
            let filtered = rows.flat_map(|(filter, row)| [&[*filter], row].concat()).collect();
            let height = u32::try_from(filters.len()).unwrap();
            Fixture { pieces, ..Fixture::filtered(samples, width, height, filtered) }
        })
    })
}

proptest! {
    #[test]
    fn rows_are_those_of_another_decoder(fixture in fixtures()) {
        let file = fixture.file();
        prop_assert_eq!(ours(&file).unwrap(), theirs(&file).unwrap());
    }

    /// What is damaged is refused; or the damage is behind all data and nobody sees it.
    #[test]
    fn damage_never_changes_a_picture(
        fixture in fixtures(),
        places in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        end in any::<prop::sample::Index>(),
        cut in any::<bool>(),
    ) {
        let whole = fixture.file();
        let mut file = whole.clone();
        for (place, value) in places {
            file[place.index(whole.len())] = value;
        }
        if cut {
            file.truncate(end.index(whole.len()));
        }
        if let Ok(rows) = ours(&file) {
            prop_assert_eq!(rows, theirs(&file).unwrap());
        }
    }

    /// Where checksums are right the data may still be anything.
    #[test]
    fn any_data_is_a_picture_or_refused(
        samples in prop::sample::select(SAMPLES.to_vec()),
        width in 1u32..300,
        height in 1u32..300,
        filtered in prop::collection::vec(any::<u8>(), 1..2000),
    ) {
        let file = Fixture::filtered(samples, width, height, filtered).file();
        if let Ok(rows) = ours(&file) {
            prop_assert_eq!(rows, theirs(&file).unwrap());
        }
    }

    #[test]
    fn any_bytes_are_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(ours(&bytes).is_err());
    }
}

#[test]
fn data_of_another_length_is_refused() {
    for change in [-1isize, 1] {
        let mut fixture = Fixture::of(Samples::Rgb, 9, 6);
        fixture.filtered.resize(fixture.filtered.len().strict_add_signed(change), 0);
        assert!(matches!(ours(&fixture.file()), Err(DecodeError::Broken(_))), "{change}");
    }
}

#[test]
fn a_few_bytes_take_no_memory_for_a_large_picture() {
    let mut fixture = Fixture::of(Samples::Rgb, 1, 1);
    fixture.header[..8].copy_from_slice(&[1, 0, 0, 0, 1, 0, 0, 0]);
    assert_eq!(Rows::of(&fixture.file()).err(), Some(DecodeError::Broken("less data than rows")));
}

#[test]
fn an_unknown_filter_ends_the_rows() {
    let mut fixture = Fixture::of(Samples::Grey, 3, 4);
    fixture.filtered[2 * 4] = 5;
    let file = fixture.file();
    let mut rows = Rows::of(&file).unwrap();
    assert!(rows.next_row().unwrap().is_some() && rows.next_row().unwrap().is_some());
    assert_eq!(rows.next_row().unwrap_err(), DecodeError::Broken("an unknown filter"));
}

#[test]
fn rows_end_behind_the_last() {
    let file = Fixture::of(Samples::Rgba, 3, 4).file();
    let mut rows = Rows::of(&file).unwrap();
    assert_eq!((rows.header().width(), rows.header().height()), (3, 4));
    (0..4).for_each(|_| assert_eq!(rows.next_row().unwrap().unwrap().len(), 12));
    (0..2).for_each(|_| assert_eq!(rows.next_row(), Ok(None)));
}

/// Every PNG of a folder of real files is refused, or has the rows that another decoder finds.
#[test]
fn real_files() {
    let Some(folder) = std::env::var_os("DARKROOM_CORPUS") else {
        eprintln!("skipped: DARKROOM_CORPUS names no folder of images");
        return;
    };
    let mut folders = vec![std::path::PathBuf::from(folder)];
    let mut read = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let file = std::fs::read(&path).expect("a file");
            if Header::read(&file).is_ok_and(|header| header.memory(file.len()) < 1 << 28)
                && let Ok(rows) = ours(&file)
            {
                assert!(rows == theirs(&file).expect("a PNG"), "{}", path.display());
                read += 1;
            }
        }
    }
    assert!(read > 0, "no PNG was read");
}

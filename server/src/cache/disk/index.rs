//! What the disk tier holds: how much, and what was used when. Only the writer thread changes files, and it asks
//! here which go first. Lookups do not need it: a file is found by its name.

use std::collections::HashMap;

/// Bytes of a key that a file is named by. The checksum is over the whole key.
pub(super) const NAME_BYTES: usize = 16;

/// What a file is named by.
pub(super) type Name = [u8; NAME_BYTES];

const NONE: u32 = u32::MAX;

/// Files from the most to the least recently used. About 60 bytes of memory for each.
#[derive(Debug)]
pub(super) struct Index {
    places: HashMap<Name, u32>,
    links: Vec<Link>,
    free: Vec<u32>,
    newest: u32,
    oldest: u32,
    blocks: u64,
}

#[derive(Debug, Clone, Copy)]
struct Link {
    name: Name,
    blocks: u32,
    newer: u32,
    older: u32,
}

impl Default for Index {
    fn default() -> Self {
        Self { places: HashMap::new(), links: Vec::new(), free: Vec::new(), newest: NONE, oldest: NONE, blocks: 0 }
    }
}

impl Index {
    /// Blocks of all files.
    pub(super) fn blocks(&self) -> u64 {
        self.blocks
    }

    /// Adds a file, or makes an old one the newest, with the size that it has now.
    pub(super) fn insert(&mut self, name: Name, blocks: u32) {
        self.remove(&name);
        let link = Link { name, blocks, newer: NONE, older: NONE };
        let place = if let Some(place) = self.free.pop() {
            self.links[place as usize] = link;
            place
        } else {
            // A file is at least a block: 2^32 of them are 16 TiB.
            let Ok(place) = u32::try_from(self.links.len()) else {
                return;
            };
            self.links.push(link);
            place
        };
        self.places.insert(name, place);
        self.blocks += u64::from(blocks);
        self.link(place);
    }

    /// Makes a file the newest.
    pub(super) fn touch(&mut self, name: &Name) {
        if let Some(place) = self.places.get(name).copied() {
            self.unlink(place);
            self.link(place);
        }
    }

    /// Forgets a file.
    pub(super) fn remove(&mut self, name: &Name) {
        if let Some(place) = self.places.remove(name) {
            self.blocks -= u64::from(self.links[place as usize].blocks);
            self.unlink(place);
            self.free.push(place);
        }
    }

    /// The file that was not used for the longest time.
    pub(super) fn oldest(&self) -> Option<Name> {
        self.links.get(self.oldest as usize).map(|link| link.name)
    }

    fn link(&mut self, place: u32) {
        self.links[place as usize].newer = NONE;
        self.links[place as usize].older = self.newest;
        match self.links.get_mut(self.newest as usize) {
            Some(newest) => newest.newer = place,
            None => self.oldest = place,
        }
        self.newest = place;
    }

    fn unlink(&mut self, place: u32) {
        let Link { newer, older, .. } = self.links[place as usize];
        match self.links.get_mut(newer as usize) {
            Some(link) => link.older = older,
            None => self.newest = older,
        }
        match self.links.get_mut(older as usize) {
            Some(link) => link.newer = newer,
            None => self.oldest = newer,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn drain(mut index: Index) -> Vec<Name> {
        let mut names = Vec::new();
        while let Some(name) = index.oldest() {
            index.remove(&name);
            names.push(name);
        }
        assert_eq!(index.blocks(), 0);
        names
    }

    proptest! {
        /// Against the plainest list that does the same.
        #[test]
        fn order_and_size_are_those_of_a_plain_list(steps: Vec<(u8, u8, u16)>) {
            let mut index = Index::default();
            let mut list: Vec<(Name, u32)> = Vec::new();
            for (step, number, blocks) in steps {
                let name = [number % 16; NAME_BYTES];
                let found = list.iter().position(|(other, _)| *other == name);
                match step % 3 {
                    0 => {
                        index.insert(name, u32::from(blocks));
                        found.map(|place| list.remove(place));
                        list.push((name, u32::from(blocks)));
                    }
                    1 => {
                        index.touch(&name);
                        if let Some(place) = found {
                            let touched = list.remove(place);
                            list.push(touched);
                        }
                    }
                    _ => {
                        index.remove(&name);
                        found.map(|place| list.remove(place));
                    }
                }
                prop_assert_eq!(index.blocks(), list.iter().map(|(_, b)| u64::from(*b)).sum::<u64>());
            }
            prop_assert_eq!(drain(index), list.into_iter().map(|(name, _)| name).collect::<Vec<_>>());
        }
    }
}

//! The part of an image that somebody marked as the important one.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A rectangle that is stored with an image, in pixels of the upright image: `x,y,width,height`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Area {
    /// The left edge.
    pub left: u32,
    /// The top edge.
    pub top: u32,
    /// At least 1.
    pub width: u32,
    /// At least 1.
    pub height: u32,
}

/// A text that is no rectangle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected four whole numbers `x,y,width,height` from 0 to 65535, width and height not 0")]
pub struct InvalidArea;

impl FromStr for Area {
    type Err = InvalidArea;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let numbers = text.split(',').map(|number| number.trim().parse::<u16>().map(u32::from));
        let numbers = numbers.collect::<Result<Vec<u32>, _>>().map_err(|_| InvalidArea)?;
        match numbers[..] {
            [left, top, width, height] if width > 0 && height > 0 => Ok(Self { left, top, width, height }),
            _ => Err(InvalidArea),
        }
    }
}

impl fmt::Display for Area {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { left, top, width, height } = self;
        write!(f, "{left},{top},{width},{height}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_numbers_are_an_area() {
        let area = Area { left: 10, top: 20, width: 300, height: 1 };
        assert_eq!("10,20,300,1".parse(), Ok(area));
        assert_eq!(" 10, 20, 300, 1 ".parse(), Ok(area));
        assert_eq!(area.to_string().parse(), Ok(area));
    }

    #[test]
    fn anything_else_is_none() {
        for text in ["", "1,2,3", "1,2,3,4,5", "1,2,0,4", "1,2,3,0", "-1,2,3,4", "1.5,2,3,4", "1,2,3,65536", "a,b,c,d"]
        {
            assert_eq!(text.parse::<Area>(), Err(InvalidArea), "{text:?}");
        }
    }
}

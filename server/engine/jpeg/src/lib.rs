//! JPEG to planes, at the scale that is wanted, and planes to JPEG.

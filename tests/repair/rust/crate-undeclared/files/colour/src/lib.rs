pub fn mix() -> u8 {
    3
}

pub fn load_a(red: u8) -> u8 {
    red
}

pub fn load_b(red: u8) -> u8 {
    red.wrapping_add(1)
}

mod tone;

use tone::QuoteErro;

fn mix(red: u8, blue: u8) -> Result<u8, QuoteError> {
    red.checked_add(blue).ok_or(QuoteError::TooBright)
}

fn main() {
    println!("{:?} {:?}", mix(1, 2), mix(200, 100));
}

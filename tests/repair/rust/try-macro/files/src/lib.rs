use std::num::ParseIntError;

fn read(text: &str) -> Result<u32, ParseIntError> {
    text.trim().parse()
}

pub fn next(text: &str) -> Result<u32, ParseIntError> {
    let age = try!(read(text));
    Ok(age + 1)
}

#[test]
fn counts() {
    assert_eq!(next(" 4"), Ok(5));
    assert!(next("x").is_err());
}

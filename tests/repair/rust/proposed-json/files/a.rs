#![deny(unused_parens, unused_mut)]
pub fn f() -> String {
    let name = "ä"; let mut n = 1;
    /* é */ if (n == 1) { format!("{name}") } else { String::new() }
}

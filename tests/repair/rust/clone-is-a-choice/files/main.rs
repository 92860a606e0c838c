#[deny(unused_variables, unused_mut, unused_imports)]
mod m {
    use std::fmt;
    pub fn f() {
        let mut a = 1;
        println!("{a}");
    }
}

fn shout(s: String) -> String {
    s.to_uppercase()
}

fn main() {
    let name = String::from("ada");
    let other = name;
    println!("{name} {other}");
    let n: u64 = 5u32;
    println!("{} {}", shout("x"), n);
    m::f();
}

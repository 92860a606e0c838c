enum E {
    LoadA,
    LoadB,
}

fn main() {
    let e = E::LoadC;
    match e {
        E::LoadA => println!("a"),
        E::LoadB => println!("b"),
    }
}

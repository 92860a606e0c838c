struct Map {
    all: Vec<u32>,
}

impl Map {
    fn lookup_impl(&self, key: u32) -> usize {
        self.all.iter().position(|&k| k == key).unwrap_or(0)
    }
}

fn main() {
    let map = Map { all: vec![1, 2] };
    println!("{} {}", map.lookup(2), map.lookup(1));
}

pub struct Lamp {
    watts: u32,
}

impl Lamp {
    fn new(watts: u32) -> Self {
        Lamp { watts }
    }

    pub fn watts(&self) -> u32 {
        self.watts
    }
}

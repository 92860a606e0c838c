pub mod lamp;

pub fn light() -> u32 {
    lamp::Lamp::new(3).watts()
}

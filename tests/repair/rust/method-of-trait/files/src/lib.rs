pub trait Shape {
    fn area(&self) -> usize;
}

pub struct Square(pub usize);

impl Shape for Square {
    fn area(&self, verbose: bool) -> usize {
        self.0 * self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn area_of_a_square() {
        assert_eq!(Square(3).area(), 9);
    }
}

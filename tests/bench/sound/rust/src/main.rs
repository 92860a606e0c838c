mod shape;

use shape::Shape;
use std::collections::HashMap;

fn parse(text: &str) -> Option<Shape> {
    let mut words = text.split_whitespace();
    let kind = words.next()?;
    let first: f64 = words.next()?.parse().ok()?;
    match kind {
        "circle" => Some(Shape::Circle { radius: first }),
        "rectangle" => {
            let second: f64 = words.next()?.parse().ok()?;
            Some(Shape::Rectangle { width: first, height: second })
        }
        _ => None,
    }
}

fn main() {
    let input = ["circle 1", "rectangle 2 3", "circle 2.5", "blob"];
    let mut counts: HashMap<bool, usize> = HashMap::new();
    let mut shapes = Vec::new();
    for line in input.iter() {
        let parsed = parse(line);
        *counts.entry(parsed.is_some()).or_insert(0) += 1;
        if let Some(shape) = parsed {
            shapes.push(shape);
        }
    }
    for shape in &shapes {
        println!("{} -> {}", shape, shape.scaled(2.0));
    }
    let total: f64 = shapes.iter().map(|shape| shape.area()).sum();
    println!("total {:.3}, understood {}", total, counts[&true]);
}

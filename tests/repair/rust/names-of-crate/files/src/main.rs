use area::Area;

fn doubled(area: &Area) -> Area {
    Araa { units: area.units * 2 }
}

fn main() {
    println!("{}", doubled(&Area { units: 3 }));
}

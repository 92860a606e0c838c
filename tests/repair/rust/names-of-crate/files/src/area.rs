use std::fmt;

pub struct Area {
    pub units: u32,
}

impl fmt::Display for Area {
    fn fmt(&self, formatter: &fmt::Formatter) -> fmt::Result {
        write!(formatter, "{} units", self.units)
    }
}

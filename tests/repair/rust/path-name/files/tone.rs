#[derive(Debug)]
pub enum QuoteError {
    TooBright,
}

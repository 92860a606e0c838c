interface Point {
  x: number
  y: number
}

function norm(p: Point): number {
  if (p.x === 0) {
    return Math.abs(p.y)
  }
  return Math.sqrt(p.x * p.x + p.y * p.y)
}

function norm(p: Point): number {
  if (p.x === 0) {
    return Math.abs(p.y)
  }
  return Math.sqrt(p.x * p.x + p.y * p.y)
}

console.log(norm({ x: 3, y: 4 }))

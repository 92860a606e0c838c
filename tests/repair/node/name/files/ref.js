const message = "hi";
function greet(name) {
  return mesage + name;
}
console.log(greet("x"));

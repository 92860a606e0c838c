import { Cart } from './cart.js';

console.log(new Cart().total());

import { shout, whisper } from './voice.cjs';
import { first } from './first';
import { part } from './parts';

console.log(shout(first), whisper(part));

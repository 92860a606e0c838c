import { label } from './text/label';

export const titles = ['oak', 'ash'].map((name) => label(name, 3));

import { label } from './format';

label({ name: 'ann' });

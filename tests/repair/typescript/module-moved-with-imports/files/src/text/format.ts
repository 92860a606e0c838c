import { User } from './model';

export function label(user: User): string {
  return user.name;
}

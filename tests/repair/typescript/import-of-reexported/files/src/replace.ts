import {size} from "./size"

export function replace(at: number) {
	return new Step(at + size)
}

export {Step} from "./step"
export {replace} from "./replace"

/** Something that a folder of a model asks for and Reverie cannot do, in words that go behind “because”. */
export class CannotDo extends Error {
  override readonly name = 'CannotDo'
}

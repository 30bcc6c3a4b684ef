import { orderNamed, type Order } from './order.ts'

/**
 * The question in the page's address, so that a reload asks it again: `#q=the%20words`, and the order of its results where
 * one was chosen: `&order=newest`, and whether similar photos are not stacked: `&stacks=off`. Other parts of the fragment are somebody else's and are kept.
 */

export function questionIn(hash: string): string {
  return new URLSearchParams(hash.replace(/^#/u, '')).get('q') ?? ''
}

export function orderIn(hash: string): Order {
  return orderNamed(new URLSearchParams(hash.replace(/^#/u, '')).get('order'))
}

export function isFoldingIn(hash: string): boolean {
  return new URLSearchParams(hash.replace(/^#/u, '')).get('stacks') !== 'off'
}

/** The fragment with this question, order and folding in it, `#` included; '' when nothing is left to say. */
export function hashWith(hash: string, question: string, order: Order = 'best', isFolding = true): string {
  const parts = new URLSearchParams(hash.replace(/^#/u, ''))
  if (question.trim() === '') parts.delete('q')
  else parts.set('q', question)
  if (order === 'best') parts.delete('order')
  else parts.set('order', order)
  if (isFolding) parts.delete('stacks')
  else parts.set('stacks', 'off')
  const text = parts.toString()
  return text === '' ? '' : `#${text}`
}

// Builds static/src into static/dist: hashed names, manifest.json, .br and .gz beside each file, one icon sprite.
//   node build.mjs            once, minified
//   node build.mjs --watch    again whenever a source changes
// `flask assets build` runs this after it has made the digits font (see app/kernel/assets.py).
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, watch, writeFileSync } from 'node:fs'
import { basename, dirname, extname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import * as esbuild from 'esbuild'

const ROOT = dirname(fileURLToPath(import.meta.url))
const SRC = join(ROOT, 'static/src')
const DIST = join(ROOT, 'static/dist')
const FONT = join(ROOT, 'node_modules/.cache/potluck/num.woff2')
const WHOLE_FONT = join(ROOT, 'node_modules/@fontsource/barlow/files/barlow-latin-600-normal.woff2')
const TARGETS = ['chrome100', 'safari15.4', 'firefox102']
const COMPRESSED = new Set(['.js', '.css', '.svg', '.txt'])

// Icons that only scripts or data name.
const ALSO_ICONS = [
  'alert-circle', 'alert-circle-filled', 'alert-triangle', 'alert-triangle-filled', 'bell-minus', 'bell-off', 'check', 'circle-check',
  'circle-check-filled', 'clipboard-check', 'eye', 'eye-off', 'hand-stop', 'info-circle', 'info-circle-filled', 'list-details', 'soup-filled', 'sparkles', 'x',
]
const ICON_NAMES = [
  [/\{\{ sprite \}\}#([a-z0-9-]+)/g, ['.html']],
  [/\bicon\(\s*['"]([a-z0-9-]+)['"]/g, ['.html']],
  [/\bicon\([^()]*?\belse\s+['"]([a-z0-9-]+)['"]/g, ['.html']],
  [/\b(?:\w+_)?icon(?:_on|_end)?\s*=\s*['"]([a-z0-9-]+)['"]/g, ['.html', '.py']],
]

// A masonry cell spans this many rows of 4 px (app/kernel/layout.py works the number out).
const SPANS = { from: 30, to: 140 }

function filesUnder(folder, extension) {
  return readdirSync(folder, { recursive: true }).filter((name) => name.endsWith(extension)).sort().map((name) => join(folder, name))
}

const digest = (data) => createHash('sha256').update(data).digest('hex').slice(0, 8).toUpperCase()

function write(name, data) {
  const path = join(DIST, name)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, data)
}

// The licences of everything that goes out to browsers.
const GIVEN_ON = ['htmx.org', 'photoswipe', '@fontsource/barlow', '@iconify-json/tabler']

function licences() {
  const texts = GIVEN_ON.map((name) => {
    const folder = join(ROOT, 'node_modules', name)
    const { version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry))
    return `${name} ${version} (${license})\n\n${file ? readFileSync(join(folder, file), 'utf8').trim() : ''}`
  })
  write('LICENSES.txt', `${texts.join(`\n\n${'-'.repeat(80)}\n\n`)}\n`)
}

// --- icons -----------------------------------------------------------------------------------------

function iconNames() {
  const found = new Map(ALSO_ICONS.map((name) => [name, 'build.mjs']))
  for (const path of [...filesUnder(join(ROOT, 'templates'), '.html'), ...filesUnder(join(ROOT, 'app'), '.py')]) {
    const text = readFileSync(path, 'utf8').replace(/\{#[^]*?#\}/g, '')
    for (const [pattern, extensions] of ICON_NAMES) {
      if (!extensions.includes(extname(path))) continue
      for (const [, name] of text.matchAll(pattern)) if (!found.has(name)) found.set(name, relative(ROOT, path))
    }
  }
  return found
}

function sprite() {
  const set = JSON.parse(readFileSync(join(ROOT, 'node_modules/@iconify-json/tabler/icons.json'), 'utf8'))
  const body = (name) => set.icons[name]?.body ?? (set.aliases[name] && body(set.aliases[name].parent))
  const symbols = []
  const unknown = []
  for (const [name, where] of [...iconNames()].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const drawing = body(name)
    if (drawing) symbols.push(`<symbol id="${name}" viewBox="0 0 24 24">${drawing}</symbol>`)
    else unknown.push(`  ${where}: '${name}'${nearby(name, Object.keys(set.icons))}`)
  }
  if (unknown.length) throw new Error(`No such icon in tabler:\n${unknown.join('\n')}`)
  const svg = `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join('')}</svg>`
  const name = `sprite-${digest(svg)}.svg`
  write(name, svg)
  return { name, count: symbols.length }
}

function nearby(name, all) {
  const words = name.split('-')
  const close = all.filter((other) => words.some((word) => word.length > 2 && other.split('-').includes(word))).sort((a, b) => a.length - b.length)
  return close.length ? ` (perhaps ${close.slice(0, 4).join(', ')})` : ''
}

// --- styles ----------------------------------------------------------------------------------------

// `@import "spans"`, `@import "domains"` and `@import "domains.staff"` stand for generated lists; `num.woff2` for the subset font.
const generated = {
  name: 'generated',
  setup(build) {
    build.onResolve({ filter: /^(spans|domains|domains\.staff)$/ }, ({ path }) => ({ path, namespace: 'generated', watchDirs: [join(SRC, 'css/domains')] }))
    build.onLoad({ filter: /.*/, namespace: 'generated' }, ({ path }) => ({ contents: path === 'spans' ? spans() : domainImports(path), loader: 'css', resolveDir: join(SRC, 'css') }))
    build.onResolve({ filter: /^num\.woff2$/ }, () => ({ path: existsSync(FONT) ? FONT : WHOLE_FONT }))
  },
}

function spans() {
  const rules = []
  for (let rows = SPANS.from; rows <= SPANS.to; rows++) rules.push(`.feed>.h${rows}{grid-row:span ${rows}}`)
  return `@layer components{${rules.join('')}}`
}

function domainImports(which) {
  const forStaff = which === 'domains.staff'
  return filesUnder(join(SRC, 'css/domains'), '.css').filter((path) => path.endsWith('.staff.css') === forStaff)
    .map((path) => `@import "./domains/${basename(path)}";`).join('\n')
}

// --- bundles ---------------------------------------------------------------------------------------

const options = {
  absWorkingDir: ROOT,
  entryPoints: ['js/member.js', 'js/staff.js', 'js/sw.js', 'js/compose.js', 'css/member.css', 'css/staff.css', 'css/compose.css', 'css/lightbox.css'].map((path) => join(SRC, path)),
  outdir: DIST,
  entryNames: '[name]-[hash]',
  chunkNames: 'c/[name]-[hash]',
  assetNames: '[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  minify: true,
  metafile: true,
  legalComments: 'linked',
  target: TARGETS,
  loader: { '.woff2': 'file' },
  plugins: [generated],
  logLevel: 'warning',
}

function manifestOf(outputs) {
  const manifest = {}
  for (const [path, output] of Object.entries(outputs)) {
    const name = relative(DIST, join(ROOT, path))
    if (output.entryPoint?.startsWith('static/src/')) manifest[basename(output.entryPoint)] = name
    else if (/^(num|barlow)[^/]*\.woff2$/.test(name)) manifest['num.woff2'] = name
  }
  return manifest
}

function compress(path) {
  const data = readFileSync(path)
  writeFileSync(`${path}.br`, brotliCompressSync(data, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: data.length } }))
  writeFileSync(`${path}.gz`, gzipSync(data, { level: 9 }))
}

// What a page that names this file downloads: the file and the chunks it imports at once.
function sizes(name, outputs) {
  const seen = new Set()
  const visit = (path) => {
    if (seen.has(path)) return
    seen.add(path)
    for (const { path: next, kind } of outputs[path]?.imports ?? []) if (kind === 'import-statement') visit(next)
  }
  visit(relative(ROOT, join(DIST, name)))
  const weigh = (suffix) => [...seen].reduce((sum, path) => {
    const file = join(ROOT, path)
    return sum + readFileSync(existsSync(file + suffix) ? file + suffix : file).length
  }, 0) / 1024
  return [weigh(''), weigh('.br')]
}

async function build() {
  const started = Date.now()
  const { metafile } = await esbuild.build(options)
  const { name, count } = sprite()
  licences()
  const manifest = { ...manifestOf(metafile.outputs), 'sprite.svg': name }
  const made = new Set([...Object.keys(metafile.outputs).map((path) => relative(DIST, join(ROOT, path))), name, 'manifest.json', 'LICENSES.txt'])
  for (const file of [...made]) {
    if (!COMPRESSED.has(extname(file))) continue
    compress(join(DIST, file))
    made.add(`${file}.br`).add(`${file}.gz`)
  }
  write('manifest.json', JSON.stringify(manifest, null, 2))
  for (const path of filesUnder(DIST, '')) if (statSync(path).isFile() && !made.has(relative(DIST, path))) rmSync(path)
  for (const [logical, file] of Object.entries(manifest)) {
    const [raw, packed] = sizes(file, metafile.outputs)
    console.log(`${logical.padEnd(12)} ${raw.toFixed(1).padStart(6)} KB ${packed.toFixed(1).padStart(6)} KB br`)
  }
  console.log(`${count} icons, ${((Date.now() - started) / 1000).toFixed(1)} s`)
}

async function buildAndTell() {
  try {
    await build()
    return true
  } catch (error) {
    if (!error.errors) console.error(error.message) // esbuild has told its own
    return false
  }
}

const built = await buildAndTell()
if (process.argv.includes('--watch')) {
  let timer
  const again = () => { clearTimeout(timer); timer = setTimeout(buildAndTell, 120) }
  for (const folder of ['static/src', 'templates', 'app']) watch(join(ROOT, folder), { recursive: true }, again)
  console.log('watching static/src, templates and app')
} else if (!built) {
  process.exit(1)
}

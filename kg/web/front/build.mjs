// Bundles what the browser loads, and copies what pictures are drawn with: `node build.mjs SERVED DRAWN`.
//
// SERVED gets the scripts and styles with a hash in each name, and manifest.json, which leads from `picture.js` to that name.
// DRAWN gets the fonts with their licences, and the shapes of states.
import { build } from "esbuild";
import { copyFile, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import subsetFont from "subset-font";

const [SERVED, DRAWN] = process.argv.slice(2);
const ENTRIES = ["style.css", "app.js", "picture.js", "graph.js", "editor.js", "editor.css"];
const FONTS = [
  ["noto-sans", ["400Regular/NotoSans_400Regular", "700Bold/NotoSans_700Bold"], lettersOf(0x20, 0x2fff)],
  ["noto-sans-jp", ["400Regular/NotoSansJP_400Regular", "700Bold/NotoSansJP_700Bold"], japanese()],
];

async function bundle() {
  const { metafile } = await build({
    entryPoints: ENTRIES,
    outdir: SERVED,
    bundle: true,
    splitting: true,
    format: "esm",
    target: "es2022",
    minify: true,
    metafile: true,
    legalComments: "linked",
    entryNames: "[name]-[hash]",
    chunkNames: "part-[hash]",
    loader: { ".svg": "dataurl", ".png": "dataurl", ".woff": "dataurl", ".woff2": "dataurl" },
    define: { "process.env.NODE_ENV": '"production"' },
    logLevel: "warning",
  });
  const names = {};
  for (const [path, { entryPoint }] of Object.entries(metafile.outputs)) {
    if (ENTRIES.includes(entryPoint)) names[entryPoint] = basename(path);
  }
  await licences(Object.keys(metafile.inputs));
  await writeFile(join(SERVED, "manifest.json"), JSON.stringify(names, Object.keys(names).sort(), 1) + "\n");
}

// The licences of all packages that parts of the bundle come from, which their copies must carry.
async function licences(inputs) {
  const packages = new Set(inputs.map((path) => /^node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0]).filter(Boolean));
  const texts = [];
  for (const folder of [...packages].sort()) {
    const { name, version, license } = JSON.parse(await readFile(`${folder}/package.json`, "utf8"));
    const file = (await readdir(folder)).sort().find((each) => /^licen[cs]e/i.test(each));
    texts.push(`${name} ${version} (${license})\n\n${file ? await readFile(`${folder}/${file}`, "utf8") : ""}`);
  }
  await writeFile(join(SERVED, "licences.txt"), texts.join(`\n${"-".repeat(80)}\n\n`));
}

function lettersOf(first, last) {
  return Array.from({ length: last - first + 1 }, (_, at) => String.fromCodePoint(first + at)).join("");
}

// The characters of JIS X 0208: kana, punctuation and the 6,355 kanji that Japanese is written with.
function japanese() {
  const decoder = new TextDecoder("euc-jp");
  const cells = [];
  for (let row = 0xa1; row <= 0xfe; row++) for (let cell = 0xa1; cell <= 0xfe; cell++) cells.push(row, cell);
  return lettersOf(0x20, 0xff) + lettersOf(0x2000, 0x206f) + decoder.decode(Uint8Array.from(cells)).replaceAll("\ufffd", "");
}

async function fonts() {
  for (const [family, files, letters] of FONTS) {
    const folder = `node_modules/@expo-google-fonts/${family}`;
    for (const file of files) {
      const small = await subsetFont(await readFile(`${folder}/${file}.ttf`), letters, { targetFormat: "sfnt" });
      await writeFile(join(DRAWN, `${basename(file)}.ttf`), small);
    }
    await copyFile(`${folder}/LICENSE_FONT`, join(DRAWN, `OFL-${family}.txt`));
  }
}

async function shapes() {
  await copyFile("node_modules/world-atlas/countries-50m.json", join(DRAWN, "states.topo.json"));
  await copyFile("node_modules/world-atlas/LICENSE", join(DRAWN, "LICENSE-states.txt"));
}

await mkdir(SERVED, { recursive: true });
await mkdir(DRAWN, { recursive: true });
await Promise.all([bundle(), fonts(), shapes()]);

/** Checks that every relative link in a Markdown file leads somewhere, headings included. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { filesBelow, root } from './workspace.mjs';

/** The text without code blocks, where brackets and `#` mean something else. */
function withoutBlocks(markdown) {
  return markdown.replace(/^ *(`{3,}|~{3,})[^\n]*\n[\s\S]*?^ *\1[^\n]*$/gm, '');
}

/** The anchors that GitHub makes of a page's headings. */
function anchors(markdown) {
  const seen = new Map();
  return new Set(
    [...withoutBlocks(markdown).matchAll(/^#{1,6}\s+(.+?)\s*#*$/gm)].map(([, heading]) => {
      const slug = heading
        .toLowerCase()
        .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .replace(/\s/g, '-');
      const count = seen.get(slug) ?? 0;
      seen.set(slug, count + 1);
      return count === 0 ? slug : `${slug}-${count}`;
    }),
  );
}

function* brokenLinks(file) {
  const prose = withoutBlocks(readFileSync(file, 'utf8')).replace(/`[^`\n]*`/g, '``');
  const targets = [...prose.matchAll(/\]\(<?([^)\s>]+)>?(?:\s+"[^"]*")?\)|^\[[^\]]+\]:\s*(\S+)/gm)].map(
    (match) => match[1] ?? match[2],
  );
  for (const target of targets.filter((link) => !/^[a-z][a-z+.-]*:/i.test(link))) {
    const [path, anchor] = target.split('#');
    const to = path === '' ? file : resolve(dirname(file), decodeURIComponent(path));
    if (!existsSync(to)) yield `${target}: no such file`;
    else if (anchor && statSync(to).isFile() && to.endsWith('.md') && !anchors(readFileSync(to, 'utf8')).has(anchor))
      yield `${target}: no such heading`;
  }
}

const problems = [...filesBelow(root, '.md')].flatMap((file) =>
  [...brokenLinks(file)].map((text) => `${relative(root, file)}: ${text}`),
);
for (const problem of problems) console.error(problem);
process.exitCode = problems.length === 0 ? 0 : 1;

'use strict';

const { Command } = require('commander');

const LEVELS = ['low', 'normal', 'high'];

function level(text) {
  const at = LEVELS.indexOf(text);
  if (at < 0) throw new Error(`priority is one of ${LEVELS.join(', ')}, not ${text}`);
  return at;
}

function gather(value, before) {
  return before.concat(value.split(','));
}

// What was asked for on the command line.
function read(argv) {
  const program = new Command();
  program
    .exitOverride()
    .arguments('[words...]')
    .option('-t, --title <text>', 'what it is about', 'untitled')
    .option('-p, --priority <level>', 'how urgent it is', level, 1)
    .option('-l, --label <names>', 'labels, separated by commas', gather, []);
  program.parse(argv);
  return {
    title: program.title,
    priority: program.priority,
    labels: program.label,
    words: program.args,
  };
}

module.exports = { read };

process.stdout.write('rmq demo\n');

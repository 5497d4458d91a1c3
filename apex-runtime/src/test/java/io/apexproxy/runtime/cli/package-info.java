/** Tests of parts of the command line that need no process. The rest is tested on the unpacked distribution. */
package io.apexproxy.runtime.cli;

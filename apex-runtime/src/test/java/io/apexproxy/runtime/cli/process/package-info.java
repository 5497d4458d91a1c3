/** Tests of the command line without a child process. Integration tests run the unpacked distribution. */
package io.apexproxy.runtime.cli.process;

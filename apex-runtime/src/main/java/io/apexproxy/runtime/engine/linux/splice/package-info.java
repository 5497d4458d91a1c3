/**
 * Transfers between two TCP channels of a Linux engine through pipes of the kernel: {@code PipeSplice} moves bytes with
 * a {@code Pipe} of the loop's {@code PipePool}.
 */
package io.apexproxy.runtime.engine.linux.splice;

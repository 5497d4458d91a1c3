/** Tests of the engine over io_uring: its failures, and what only this engine has. */
package io.apexproxy.runtime.engine.linux.uring;

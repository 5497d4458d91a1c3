/** Tests of the engine over epoll: its failures, and what only this engine has. */
package io.apexproxy.runtime.engine.linux.epoll;

/** Tests of the engine over epoll: its conversions, its failures, and what only this engine has. */
package io.apexproxy.runtime.engine.linux;

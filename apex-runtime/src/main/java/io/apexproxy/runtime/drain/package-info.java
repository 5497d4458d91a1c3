/** The progress of a drain: the times at which connections are closed, and the text for the log and the readiness. */
package io.apexproxy.runtime.drain;

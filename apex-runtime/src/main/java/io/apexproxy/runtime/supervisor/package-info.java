/**
 * The supervisor that has started this process, such as systemd: the listening socket that it passes, and the messages
 * about the state of the process that it expects.
 */
package io.apexproxy.runtime.supervisor;

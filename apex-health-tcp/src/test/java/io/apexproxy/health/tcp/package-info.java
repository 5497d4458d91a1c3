/**
 * Tests of probing against scripted servers: {@code TcpCheckTest} also holds the check to what every health check is
 * held to, {@code UnixSocketTest} probes Unix-domain sockets.
 * {@code LingeringCloseTest} shows how many connections stay open after their result.
 * {@code StarvedProbe} is a process of its own, because it probes without a file descriptor to spare.
 */
package io.apexproxy.health.tcp;

/**
 * Tests of probes against scripted servers. {@code TcpCheckTest} includes the contract of health checks,
 * {@code UnixSocketTest} probes Unix-domain sockets, and {@code ReasonsTest} checks the texts for the log.
 * {@code LingeringProbesTest} and {@code LingeringCloseTest} check the limits of connections that stay open after their
 * result. {@code DescriptorLimitProbe} is a separate process because it uses up its file descriptors.
 */
package io.apexproxy.health.tcp;

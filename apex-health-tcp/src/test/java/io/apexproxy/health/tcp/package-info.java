/**
 * Tests of probes against scripted servers. {@code TcpCheckTest} includes the contract of health checks, and
 * {@code UnixSocketTest} probes Unix-domain sockets. {@code LingeringCloseTest} checks the limit of connections that
 * stay open after their result. {@code ExcerptTest} checks quoted responses. {@code DescriptorLimitProbe} is a separate
 * process because it uses up its file descriptors.
 */
package io.apexproxy.health.tcp;

/**
 * The translation of the block {@code stream} of {@code nginx.conf}.
 *
 * <p>{@code NginxSyntax} parses blocks. {@code NginxTranslator} reads the file in the order of its dependencies: maps
 * and upstreams first. {@code NginxPools} writes pools. {@code NginxServer} with its helpers writes listeners, and the
 * settings of their pools that nginx has in servers.
 */
package io.apexproxy.runtime.cli.convert.nginx;

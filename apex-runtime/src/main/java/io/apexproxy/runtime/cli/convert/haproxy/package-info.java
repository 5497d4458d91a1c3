/**
 * The translation of {@code haproxy.cfg}.
 *
 * <p>{@code HaproxySyntax} parses sections. {@code HaproxyTranslator} decides which of them become listeners and pools.
 * {@code HaproxyBinds} and {@code HaproxyListener} write listeners, {@code HaproxyPool} with its helpers pools.
 */
package io.apexproxy.runtime.cli.convert.haproxy;

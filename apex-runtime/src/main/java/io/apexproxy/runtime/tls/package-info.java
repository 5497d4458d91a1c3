/**
 * The TLS of listeners and pools: which certificates and which parameters a connection gets. The files behind them can
 * change at any time; {@link io.apexproxy.runtime.tls.ServerTls} and {@link io.apexproxy.runtime.tls.ClientTls} always
 * use their last valid content.
 */
package io.apexproxy.runtime.tls;

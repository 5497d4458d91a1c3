/** Tests of the appenders, throttles and text functions of the log. */
package io.apexproxy.runtime.log;

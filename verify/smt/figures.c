/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verify/smt/inside.h"

struct smt_figures
smt_figures(const struct smt *smt)
{
	return smt->figures;
}

void
smt_restart_figures(struct smt *smt)
{
	smt->figures = (struct smt_figures){ .asked = 0 };
}

void
smt_figures_add(struct smt_figures *all, struct smt_figures more)
{
	all->asked += more.asked;
	all->cached += more.cached;
	all->solved += more.solved;
	all->unknown += more.unknown;
	all->recorded += more.recorded;
	all->seconds += more.seconds;
}

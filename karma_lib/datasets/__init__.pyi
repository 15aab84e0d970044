from karma_lib.datasets import privacy, tiktok
from karma_lib.datasets._store import available, fetch, fetch_all, files, names, registry
from karma_lib.datasets.cascades import (
    load_auspol_retweets,
    load_disinformation_cascades,
    load_rumour_threads,
    load_weibo_cascades,
)
from karma_lib.datasets.networks import (
    load_congress_twitter,
    load_conover_retweets,
    load_deezer_friends,
    load_facebook_pages,
    load_finnish_retweets,
    load_lastfm_friends,
    load_political_blogs,
    load_tiktok_hashtags,
    load_twitch_friends,
)
from karma_lib.datasets.pile_on import load_pile_on_hours
from karma_lib.datasets.posts import (
    load_booktok_views,
    load_moral_contagion,
    load_twitter_ratio,
    load_unhealthy_conversations,
    load_youtube_audit,
)
from karma_lib.datasets.studies import (
    load_ai_fact_check,
    load_asch_errors,
    load_crowd_estimates,
    load_facebook_deactivation,
    load_headline_deliberation,
    load_news_judgement,
    load_twitter_wellbeing,
)
from karma_lib.datasets.synthetic import load_synthetic

__all__ = [
    "privacy", "tiktok", "available", "fetch", "fetch_all", "files", "names", "registry",
    "load_pile_on_hours", "load_asch_errors", "load_political_blogs",
    "load_conover_retweets", "load_finnish_retweets", "load_congress_twitter",
    "load_facebook_pages", "load_twitch_friends", "load_deezer_friends",
    "load_lastfm_friends", "load_tiktok_hashtags", "load_disinformation_cascades",
    "load_weibo_cascades", "load_rumour_threads", "load_auspol_retweets",
    "load_moral_contagion", "load_twitter_ratio", "load_unhealthy_conversations",
    "load_booktok_views", "load_youtube_audit", "load_crowd_estimates",
    "load_twitter_wellbeing", "load_facebook_deactivation", "load_headline_deliberation",
    "load_ai_fact_check", "load_news_judgement", "load_synthetic",
]  # fmt: skip
